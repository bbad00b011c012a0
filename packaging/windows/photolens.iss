; Inno Setup 6 script of the installer for Windows. In the repository's folder, after packaging/bundle.py:
;
;   ISCC /DVersion=0.1.0 packaging\windows\photolens.iss
;
; The installer is then in build\package. Names of files are seen from the folder of this script.
; To sign, add /DSign and tell Inno Setup how by /Ssigntool="..." (see packaging/README.md).

#ifndef Version
  #error Give the version: /DVersion=0.1.0
#endif
#ifndef Bundle
  #define Bundle "..\..\build\package\photolens"
#endif
#ifndef Icons
  #define Icons "..\..\build\package\icons"
#endif

[Setup]
AppId={{7B6E2B0F-5D0C-4F0B-9E55-2C1B6F1D9A34}
AppName=PhotoLens
AppVersion={#Version}
AppVerName=PhotoLens {#Version}
AppPublisher=The PhotoLens authors
VersionInfoVersion={#Version}
LicenseFile=..\..\LICENSE
DefaultDirName={autopf}\PhotoLens
DisableProgramGroupPage=yes
OutputDir=..\..\build\package
OutputBaseFilename=PhotoLens-{#Version}-windows-x64
SetupIconFile={#Icons}\photolens.ico
UninstallDisplayIcon={app}\PhotoLens.exe
WizardStyle=modern
Compression=lzma2/ultra64
SolidCompression=yes
LZMAUseSeparateProcess=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; For the user alone unless they choose otherwise: no administrator is needed.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
; A window that is open is asked to close, so that its files can be replaced.
CloseApplications=yes
RestartApplications=no
#ifdef Sign
SignTool=signtool
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "german"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
english.SearchFolder=Search with PhotoLens
german.SearchFolder=Mit PhotoLens durchsuchen
english.AddToFolders=Add "Search with PhotoLens" to the menu of folders
german.AddToFolders="Mit PhotoLens durchsuchen" in das Menü von Ordnern aufnehmen

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "contextmenu"; Description: "{cm:AddToFolders}"

[InstallDelete]
; What an older version had and this one has not would only be in the way.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "..\..\LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion
; Names the licence of each part, that of the built-in model first.
Source: "{#Bundle}\_internal\THIRD-PARTY.txt"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\PhotoLens"; Filename: "{app}\PhotoLens.exe"; Comment: "Search your own photos by showing and telling"
Name: "{autodesktop}\PhotoLens"; Filename: "{app}\PhotoLens.exe"; Tasks: desktopicon

[Registry]
; So that Win+R and "start photolens" find it.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\photolens.exe"; ValueType: string; ValueData: "{app}\PhotoLens.exe"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\PhotoLens"; ValueType: string; ValueData: "{cm:SearchFolder}"; Flags: uninsdeletekey; Tasks: contextmenu
Root: HKA; Subkey: "Software\Classes\Directory\shell\PhotoLens"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\PhotoLens.exe"; Tasks: contextmenu
Root: HKA; Subkey: "Software\Classes\Directory\shell\PhotoLens\command"; ValueType: string; ValueData: """{app}\PhotoLens.exe"" gui ""%1"""; Tasks: contextmenu

[Run]
Filename: "{app}\PhotoLens.exe"; Description: "{cm:LaunchProgram,PhotoLens}"; Flags: nowait postinstall skipifsilent
