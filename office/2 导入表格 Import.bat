@call "%~dp0tools\run.bat" import %*
