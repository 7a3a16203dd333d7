# Windows starts a program with windows apart from its console. Through a pipe its output arrives here, and PowerShell
# waits for its exit code.
$program = Join-Path $PSScriptRoot '..\..\LACSS Studio.exe'
& $program --cli -- @args 2>&1 | ForEach-Object { "$_" }
exit $LASTEXITCODE
