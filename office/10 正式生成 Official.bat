@call "%~dp0tools\run.bat" official %1
