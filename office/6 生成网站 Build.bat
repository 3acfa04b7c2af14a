@call "%~dp0tools\run.bat" build %1
