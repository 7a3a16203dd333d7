@echo off
rem The `lacss` command of the installed program on Windows.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0lacss.ps1" %*
exit /b %ERRORLEVEL%
