# Adds a folder to the person's PATH or removes it: set-path.ps1 add|remove FOLDER. The rest of the PATH stays as it is.
param([string]$what, [string]$folder)
$path = [Environment]::GetEnvironmentVariable('Path', 'User')
$folders = @("$path" -split ';' | Where-Object { $_ -ne '' -and $_ -ne $folder })
if ($what -eq 'add') { $folders += $folder }
[Environment]::SetEnvironmentVariable('Path', ($folders -join ';'), 'User')
