; Additions to the installer for Windows, which installs for the person alone and needs no administrator.
; - `lacss` on the person's PATH.
; - "Open with" for project.json, without becoming the usual program for .json.
; - "Open in LACSS Studio" for folders.
!macro customInstall
  WriteRegStr HKCU "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\SupportedTypes" ".json" ""
  WriteRegStr HKCU "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\SupportedTypes" ".lacss" ""
  WriteRegStr HKCU "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  WriteRegStr HKCU "Software\Classes\Directory\shell\LacssStudio" "" "Open in ${PRODUCT_NAME}"
  WriteRegStr HKCU "Software\Classes\Directory\shell\LacssStudio" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
  WriteRegStr HKCU "Software\Classes\Directory\shell\LacssStudio\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  nsExec::Exec `powershell -NoProfile -ExecutionPolicy Bypass -File "$INSTDIR\resources\bin\set-path.ps1" add "$INSTDIR\resources\bin"`
!macroend

!macro customUnInstall
  DeleteRegKey HKCU "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}"
  DeleteRegKey HKCU "Software\Classes\Directory\shell\LacssStudio"
  nsExec::Exec `powershell -NoProfile -ExecutionPolicy Bypass -File "$INSTDIR\resources\bin\set-path.ps1" remove "$INSTDIR\resources\bin"`
!macroend
