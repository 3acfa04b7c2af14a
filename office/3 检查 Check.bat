@call "%~dp0tools\run.bat" check %1
