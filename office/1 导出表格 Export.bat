@call "%~dp0tools\run.bat" export %1
