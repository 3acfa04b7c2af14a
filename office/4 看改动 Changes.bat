@call "%~dp0tools\run.bat" diff %1
