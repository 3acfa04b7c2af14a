@call "%~dp0tools\run.bat" preview %1
