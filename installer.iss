; The installer: Inno Setup 6.4.1 or newer.
;
; ISCC /DVersion=1.2.3 /DSource=<PyInstaller's folder> /O<where the setup goes> installer.iss
;
; /DLicences=<file> if THIRD-PARTY-LICENSES.txt lies elsewhere than in build\out.
; "/Ssign=<command>" /DSignTool=sign signs both programs, the setup and the uninstaller; without, nothing is signed.

#ifndef Version
  #error Give the version with /DVersion=1.2.3; it is __version__ in tray\__init__.py
#endif
#ifndef Source
  #error Give the folder that PyInstaller made with /DSource=...; ClawTray.exe must be in it
#endif
#ifndef Licences
  #define Licences "build\out\THIRD-PARTY-LICENSES.txt"
#endif

#if FileExists(AddBackslash(SourcePath) + "assets\app.ico")
  #define Icon "assets\app.ico"
#endif

#define Name "ClawTray"
#define Publisher "ClawTray contributors"
#define Tray "ClawTray.exe"
#define Console "clawtray-cli.exe"
#define RunKey "Software\Microsoft\Windows\CurrentVersion\Run"
; Where Task Manager notes that a program must not start, whatever the Run key says.
#define VetoKey "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

; Windows' own version fields hold nothing but numbers: 1.2.3 of 1.2.3rc1.
#define Numbers(str Text, int At = 1) \
  At > Len(Text) || !Pos(Copy(Text, At, 1), "0123456789.") ? Copy(Text, 1, At - 1) : Numbers(Text, At + 1)

[Setup]
; Never changes: by it an upgrade finds what is installed.
AppId={{6A199DFC-30F7-4753-AED6-59A190EA806D}
AppName={#Name}
AppVersion={#Version}
AppPublisher={#Publisher}
AppCopyright=Copyright (c) {#Publisher}
VersionInfoVersion={#Numbers(Version)}
VersionInfoTextVersion={#Version}
VersionInfoProductTextVersion={#Version}
VersionInfoDescription={#Name} Setup
UninstallDisplayName={#Name}
UninstallDisplayIcon={app}\{#Tray}
#ifdef Icon
SetupIconFile={#Icon}
#endif
OutputBaseFilename=ClawTray-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern

; For one user, without an administrator.
PrivilegesRequired=lowest
; 1703, the first Windows with the per-monitor scaling that the programs ask for.
MinVersion=10.0.15063
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
DefaultDirName={localappdata}\Programs\ClawTray

; One page and one button: the tasks, and Install.
DisableDirPage=yes
DisableProgramGroupPage=yes
DisableReadyPage=yes
ShowLanguageDialog=no
; What starts at sign-in is asked of Windows instead, see [Tasks].
UsePreviousTasks=no
; The old modules are wiped, so a cancelled upgrade would leave no program.
AllowCancelDuringInstall=no
SetupMutex=ClawTray.Setup

; No AppMutex: it is looked at as soon as Setup opens, and then either asks the person to close ClawTray or, silent,
; gives up. PrepareToInstall below asks ClawTray itself, and not before Install was pressed.
; Restart Manager is left with what does not listen to that: a console command that still runs.
CloseApplications=yes
RestartApplications=no

#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
  #define Signed "signonce"
#else
  #define Signed ""
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "ko"; MessagesFile: "compiler:Languages\Korean.isl"

[Messages]
en.WizardSelectTasks=Install [name]
en.SelectTasksDesc=For your own account; no administrator is needed.
en.SelectTasksLabel2=[name] is free software under the MIT licence. An earlier version is replaced, and its settings are kept.
en.FinishedHeadingLabel=[name] is installed
en.FinishedLabel=Its icon appears at the right end of the taskbar, beside the clock.%n%nWindows 11 puts new icons behind the ^ there: press ^, then drag the icon beside the clock to keep it in sight.
en.FinishedLabelNoIcons=Its icon appears at the right end of the taskbar, beside the clock.%n%nWindows 11 puts new icons behind the ^ there: press ^, then drag the icon beside the clock to keep it in sight.
en.ClickFinish=Click Finish to close this window.
ko.WizardSelectTasks=[name] 설치
ko.SelectTasksDesc=내 계정에만 설치하며 관리자 권한은 필요하지 않습니다.
ko.SelectTasksLabel2=[name]는 MIT 라이선스를 따르는 자유 소프트웨어입니다. 이전 버전이 있으면 새 버전으로 바꾸고 설정은 그대로 둡니다.
ko.FinishedHeadingLabel=[name] 설치를 마쳤습니다
ko.FinishedLabel=아이콘은 작업 표시줄 오른쪽 끝, 시계 옆에 나타납니다.%n%nWindows 11은 새 아이콘을 시계 옆 ^ 안에 넣어 둡니다. ^ 를 누른 다음 아이콘을 시계 옆으로 끌어다 놓으면 항상 보입니다.
ko.FinishedLabelNoIcons=아이콘은 작업 표시줄 오른쪽 끝, 시계 옆에 나타납니다.%n%nWindows 11은 새 아이콘을 시계 옆 ^ 안에 넣어 둡니다. ^ 를 누른 다음 아이콘을 시계 옆으로 끌어다 놓으면 항상 보입니다.
ko.ClickFinish=마침을 누르면 이 창이 닫힙니다.

[CustomMessages]
en.Startup=Start ClawTray when I sign in
ko.Startup=로그인할 때 ClawTray 시작
en.StartNow=Start ClawTray
ko.StartNow=ClawTray 시작
en.Starting=Starting ClawTray...
ko.Starting=ClawTray를 시작하는 중...
en.StillRuns=ClawTray is still running and did not quit when it was asked to. Quit it from its menu, then try again.
ko.StillRuns=ClawTray가 종료 요청에 응답하지 않고 아직 실행 중입니다. 메뉴에서 ClawTray를 종료한 다음 다시 시도하십시오.
en.StillHeld=A ClawTray command (clawtray-cli) is still running. End it, then try again.
ko.StillHeld=ClawTray 명령(clawtray-cli)이 아직 실행 중입니다. 명령을 끝낸 다음 다시 시도하십시오.
en.Purge=Keep your settings and data?
ko.Purge=설정과 데이터를 남겨 둘까요?
en.PurgeWhat=Settings, stored logins, the key that your gateways%nknow this computer by, and logs:%n%1
ko.PurgeWhat=설정, 저장된 로그인 정보, 게이트웨이가%n이 컴퓨터를 알아보는 키, 로그:%n%1
en.PurgeNo=Keep them%nA later ClawTray goes on where this one ends.
ko.PurgeNo=남겨 두기%n나중에 ClawTray를 다시 설치하면 그대로 이어서 쓸 수 있습니다.
en.PurgeYes=Remove them%nNothing of ClawTray stays on this computer.
ko.PurgeYes=모두 삭제%n이 컴퓨터에 ClawTray의 흔적이 남지 않습니다.

[Tasks]
; The box shows what Windows would do now, not what was chosen in an earlier Setup: ClawTray's own menu and Task Manager
; may have changed it since. /TASKS and /MERGETASKS decide as ever.
Name: "startup"; Description: "{cm:Startup}"; Check: StartsAtSignIn
Name: "startup"; Description: "{cm:Startup}"; Flags: unchecked; Check: not StartsAtSignIn

[Files]
; The order matters: a console command that still runs holds its file and ends Setup here, where the old program is
; whole. Only then are the old modules wiped; those that the new version no longer has would be found by it.
Source: "{#Source}\{#Console}"; DestDir: "{app}"; Flags: ignoreversion {#Signed}
Source: "{#Source}\{#Tray}"; DestDir: "{app}"; Flags: ignoreversion {#Signed}; AfterInstall: WipeModules
Source: "{#Source}\*"; Excludes: "\{#Tray},\{#Console}"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
#ifdef Icon
Source: "{#Icon}"; DestName: "app.ico"; Flags: dontcopy
#endif
Source: "LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion
Source: "{#Licences}"; DestDir: "{app}"; DestName: "THIRD-PARTY-LICENSES.txt"; Flags: ignoreversion

[Icons]
; Notices name their program by this shortcut. It works from the user's folder: a program started from ours would keep
; it from being removed.
Name: "{autoprograms}\{#Name}"; Filename: "{app}\{#Tray}"; WorkingDir: "{%USERPROFILE|{userdocs}}"; AppUserModelID: "ClawTray.ClawTray"

[Registry]
Root: HKCU; Subkey: "{#RunKey}"; ValueType: none; ValueName: "{#Name}"; Flags: deletevalue uninsdeletevalue dontcreatekey
Root: HKCU; Subkey: "{#VetoKey}"; ValueType: none; ValueName: "{#Name}"; Flags: deletevalue uninsdeletevalue dontcreatekey
Root: HKCU; Subkey: "{#RunKey}"; ValueType: string; ValueName: "{#Name}"; ValueData: """{app}\{#Tray}"""; Tasks: startup

[Run]
Filename: "{app}\{#Tray}"; WorkingDir: "{%USERPROFILE|{userdocs}}"; StatusMsg: "{cm:Starting}"; Flags: nowait runasoriginaluser; Check: RanBefore
Filename: "{app}\{#Tray}"; WorkingDir: "{%USERPROFILE|{userdocs}}"; Description: "{cm:StartNow}"; Flags: nowait postinstall skipifsilent; Check: not RanBefore

[UninstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Code]
const
  TrayMutex = 'ClawTray';
  Mutexes = 'ClawTray,ClawTray.demo';
  QuitMessage = 'ClawTray.Quit';
  Patience = 100; { tenths of a second }

var
  Ran, Replacing, Purging: Boolean;

function RanBefore: Boolean;
begin
  Result := Ran;
end;

function StartsAtSignIn: Boolean;
var
  Veto: AnsiString;
begin
  Result := RegValueExists(HKCU, '{#RunKey}', '{#Name}');
  if Result and RegQueryBinaryValue(HKCU, '{#VetoKey}', '{#Name}', Veto) and (Length(Veto) > 0) then
    Result := Ord(Veto[1]) mod 2 = 0;
end;

{ A running program can be read by anybody and written by nobody. }
function Held(const Filename: String): Boolean;
begin
  Result := False;
  if FileExists(Filename) then
    try
      TFileStream.Create(Filename, fmOpenReadWrite or fmShareDenyNone).Free;
    except
      Result := True;
    end;
end;

{ Asks every copy to quit and waits until they have. The mutex goes before the process does, so the program file is
  waited for as well; a copy that is just starting does not listen yet, so it is asked again each second. }
function QuitAndWait: Boolean;
var
  Waited: Integer;
begin
  Waited := 0;
  Result := False;
  while not Result and (Waited < Patience) do
  begin
    if CheckForMutexes(Mutexes) and (Waited mod 10 = 0) then
    begin
      Log('Asking the running ClawTray to quit.');
      PostBroadcastMessage(RegisterWindowMessage(QuitMessage), 0, 0);
    end;
    Result := not CheckForMutexes(Mutexes) and not Held(ExpandConstant('{app}\{#Tray}'));
    if not Result then
    begin
      Sleep(100);
      Waited := Waited + 1;
    end;
  end;
  if not Result then
    Log('ClawTray still runs.');
end;

{ Ends the uninstaller unless the person wants to try once more. }
procedure TryAgain(const Sentence: String);
begin
  if SuppressibleMsgBox(Sentence, mbError, MB_RETRYCANCEL, IDCANCEL) <> IDRETRY then
    Abort;
end;

#ifdef Icon
{ Puts our icon where Inno Setup has a picture of its own; drawn into that one, the old lines shine through. }
procedure Show(const Old: TBitmapImage; const Indent: Integer);
var
  New: TBitmapImage;
begin
  New := TBitmapImage.Create(WizardForm);
  New.Parent := Old.Parent;
  New.SetBounds(Old.Left + ScaleX(Indent), Old.Top + ScaleY(Indent), Old.Width - ScaleX(2 * Indent),
    Old.Height - ScaleY(2 * Indent));
  New.Anchors := Old.Anchors - [akBottom];
  InitializeBitmapImageFromIcon(New, ExpandConstant('{tmp}\app.ico'), clWindow, [16, 24, 32, 48, 64, 128, 256]);
  Old.Visible := False;
end;

procedure InitializeWizard;
begin
  ExtractTemporaryFile('app.ico');
  Show(WizardForm.WizardSmallBitmapImage, 4);
  Show(WizardForm.WizardBitmapImage2, 16);
end;
#endif

procedure CurPageChanged(Page: Integer);
begin
  { Without the page that asks once more, nothing else would say that this button installs. }
  if Page = wpSelectTasks then
    WizardForm.NextButton.Caption := SetupMessage(msgButtonInstall);
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
begin
  Result := '';
  { A demo was a look, not something to come back to. }
  Ran := Ran or CheckForMutexes(TrayMutex);
  if not QuitAndWait then
    Result := CustomMessage('StillRuns');
end;

procedure WipeModules;
begin
  Replacing := True;
  DelTree(ExpandConstant('{app}\_internal'), True, True, True);
end;

{ An upgrade that did not happen gives back what it has stopped. }
procedure DeinitializeSetup;
var
  Code: Integer;
begin
  if Ran and not Replacing and not CheckForMutexes(TrayMutex) then
  begin
    Log('Nothing was changed; starting ClawTray again.');
    ExecAsOriginalUser(ExpandConstant('{app}\{#Tray}'), '', GetEnv('USERPROFILE'), SW_SHOWNORMAL, ewNoWait, Code);
  end;
end;

function DataFolder: String;
begin
  Result := ExpandConstant('{localappdata}\ClawTray');
end;

function WantsPurge: Boolean;
var
  I: Integer;
begin
  Result := False;
  for I := 1 to ParamCount do
    Result := Result or (CompareText(ParamStr(I), '/PURGE') = 0);
  if not Result and not UninstallSilent and DirExists(DataFolder) then
    Result := SuppressibleTaskDialogMsgBox(CustomMessage('Purge'),
      FmtMessage(CustomMessage('PurgeWhat'), [DataFolder]), mbConfirmation,
      MB_YESNO, [CustomMessage('PurgeNo'), CustomMessage('PurgeYes')], 0, IDYES) = IDNO;
end;

procedure Purge;
var
  Code: Integer;
begin
  { What is stored in Windows' own credentials only the program can find. }
  if Exec(ExpandConstant('{app}\{#Console}'), 'logout --all', '', SW_HIDE, ewWaitUntilTerminated, Code) then
    Log(Format('clawtray-cli logout ended with %d.', [Code]))
  else
    Log('The stored logins could not be removed: ' + SysErrorMessage(Code));
  if DirExists(DataFolder) and not DelTree(DataFolder, True, True, True) then
    Log('Not everything in ' + DataFolder + ' could be removed.');
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  case Step of
    { The person has said yes, and nothing is removed yet. }
    usAppMutexCheck:
      begin
        while Held(ExpandConstant('{app}\{#Console}')) do
          TryAgain(CustomMessage('StillHeld'));
        while not QuitAndWait do
          TryAgain(CustomMessage('StillRuns'));
        Purging := WantsPurge;
      end;
    { Not later: a program that runs the uninstaller silently waits until the files are gone, and no longer. }
    usUninstall:
      if Purging then
        Purge;
  end;
end;
