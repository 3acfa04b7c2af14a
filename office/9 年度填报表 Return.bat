@call "%~dp0tools\run.bat" return %1
