@call "%~dp0tools\run.bat" undo %1
