@echo off
rem Runs one command of the portal for a double click on Windows, and keeps the window open. Sets itself up when needed.
setlocal
chcp 65001 >nul
cd /d "%~dp0..\.."
set "ROOT=%CD%"
set "PYTHONUTF8=1"
set "NO_MKDOCS_2_WARNING=1"
if not defined LANG for /f %%l in ('powershell -NoProfile -Command "(Get-UICulture).Name"') do set "LANG=%%l"
set "VERB=%~1"
for /f "tokens=1,*" %%a in ("%*") do set FILES=%%b
set "PORTAL=%ROOT%\.venv\Scripts\ipportal.exe"

set "PYTHON="
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "PYTHON=py -3"
if not defined PYTHON python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "PYTHON=python"
if not defined PYTHON goto nopython
%PYTHON% scripts\set_up.py || goto failed

if "%VERB%"=="export" goto export
if "%VERB%"=="return" goto export
if "%VERB%"=="import" goto import
if "%VERB%"=="preview" goto preview
if "%VERB%"=="drop" goto preview
if "%VERB%"=="official" goto official
"%PORTAL%" %VERB% %FILES% || goto failed
goto done

:export
if not exist workbooks mkdir workbooks
cd workbooks
"%PORTAL%" workbook %VERB% --root "%ROOT%" || goto failed
start "" "%ROOT%\workbooks"
goto done

:import
"%PORTAL%" workbook import %FILES% || goto failed
goto done

:preview
set "PAGE="
if "%VERB%"=="drop" set "PAGE=__office/zh"
start "" /b cmd /c "timeout /t 8 >nul & start http://127.0.0.1:8000/%PAGE%"
"%PORTAL%" serve || goto failed
goto done

:official
"%PORTAL%" release --all || goto failed
"%PORTAL%" build --official || goto failed
goto done

:nopython
echo 这台电脑没有 Python 3.11 或更新的版本，请先安装：https://www.python.org/downloads/windows/
echo 安装时勾选 “Add python.exe to PATH”。
echo Python 3.11 or newer is missing; install it first from the address above.

:failed
echo.
echo ✗ 没有完成，请看上面的说明。 Not done: see above.
goto wait

:done
echo.
echo ✓ 完成。 Done.

:wait
echo 按任意键关闭窗口。 Press any key to close.
pause >nul
