@call "%~dp0tools\run.bat" review %*
