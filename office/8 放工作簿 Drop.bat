@call "%~dp0tools\run.bat" drop %1
