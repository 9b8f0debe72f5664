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
; Task Manager's startup setting, which overrides the Run key.
#define VetoKey "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

; Windows' own version fields hold nothing but numbers: 1.2.3 of 1.2.3rc1.
#define Numbers(str Text, int At = 1) \
  At > Len(Text) || !Pos(Copy(Text, At, 1), "0123456789.") ? Copy(Text, 1, At - 1) : Numbers(Text, At + 1)

[Setup]
; Must never change: upgrades find the installed version by it.
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
; Whether it starts at sign-in is read from Windows, see [Tasks].
UsePreviousTasks=no
; The old modules are deleted first, so a cancelled upgrade would leave no program.
AllowCancelDuringInstall=no
SetupMutex=ClawTray.Setup

; No AppMutex: Setup checks it on opening and then asks the user to close ClawTray or, when silent, gives up.
; PrepareToInstall below asks ClawTray to quit, and only after Install was pressed.
; Restart Manager handles what does not react to that: a console command that is still running.
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
en.SelectTasksDesc=For your account only. No administrator rights needed.
en.SelectTasksLabel2=[name] is free software under the MIT licence. An earlier version is replaced and its settings are kept.
en.FinishedHeadingLabel=[name] is installed
en.FinishedLabel=Its icon appears at the right end of the taskbar, next to the clock.%n%nWindows 11 hides new icons behind the ^ there. To keep this one visible, click ^ and drag the icon next to the clock.
en.FinishedLabelNoIcons=Its icon appears at the right end of the taskbar, next to the clock.%n%nWindows 11 hides new icons behind the ^ there. To keep this one visible, click ^ and drag the icon next to the clock.
en.ClickFinish=Click Finish to close this window.
ko.WizardSelectTasks=[name] 설치
ko.SelectTasksDesc=내 계정에만 설치하며 관리자 권한은 필요하지 않습니다.
ko.SelectTasksLabel2=[name]는 MIT 라이선스를 따르는 자유 소프트웨어입니다. 이전 버전이 있으면 새 버전으로 바꾸고 설정은 그대로 둡니다.
ko.FinishedHeadingLabel=[name] 설치를 마쳤습니다
ko.FinishedLabel=아이콘은 작업 표시줄 오른쪽 끝, 시계 옆에 나타납니다.%n%nWindows 11은 새 아이콘을 시계 옆 ^ 안에 넣어 둡니다. ^ 를 누른 다음 아이콘을 시계 옆으로 끌어다 놓으면 항상 보입니다.
ko.FinishedLabelNoIcons=아이콘은 작업 표시줄 오른쪽 끝, 시계 옆에 나타납니다.%n%nWindows 11은 새 아이콘을 시계 옆 ^ 안에 넣어 둡니다. ^ 를 누른 다음 아이콘을 시계 옆으로 끌어다 놓으면 항상 보입니다.
ko.ClickFinish=마침을 누르면 이 창이 닫힙니다.

[CustomMessages]
en.Startup=Start ClawTray when you sign in
ko.Startup=로그인할 때 ClawTray 시작
en.StartNow=Start ClawTray
ko.StartNow=ClawTray 시작
en.Starting=Starting ClawTray...
ko.Starting=ClawTray를 시작하는 중...
en.StillRuns=ClawTray is still running. Quit it from its menu, then try again.
ko.StillRuns=ClawTray가 아직 실행 중입니다. 메뉴에서 종료한 다음 다시 시도하십시오.
en.StillHeld=A ClawTray command (clawtray-cli) is still running. End it, then try again.
ko.StillHeld=ClawTray 명령(clawtray-cli)이 아직 실행 중입니다. 명령을 끝낸 다음 다시 시도하십시오.
en.Purge=Keep your settings and data?
ko.Purge=설정과 데이터를 남겨 둘까요?
en.PurgeWhat=Settings, saved logins, this computer's device key%nand logs:%n%1
ko.PurgeWhat=설정, 저장된 로그인 정보, 이 컴퓨터의 기기 키,%n로그:%n%1
en.PurgeNo=Keep%nIf you install ClawTray again, it continues with them.
ko.PurgeNo=남겨 두기%n나중에 ClawTray를 다시 설치하면 그대로 이어서 쓸 수 있습니다.
en.PurgeYes=Remove%nDelete all ClawTray data from this computer.
ko.PurgeYes=삭제%n이 컴퓨터에서 ClawTray 데이터를 모두 지웁니다.

[Tasks]
; The box shows what Windows would do now, not the choice in an earlier Setup: ClawTray's menu and Task Manager may
; have changed it since. /TASKS and /MERGETASKS work as usual.
Name: "startup"; Description: "{cm:Startup}"; Check: StartsAtSignIn
Name: "startup"; Description: "{cm:Startup}"; Flags: unchecked; Check: not StartsAtSignIn

[Files]
; The order matters: a running console command locks its file and stops Setup here, while the old program is still
; complete. Only then are the old modules deleted, since the new version would find those that it no longer has.
Source: "{#Source}\{#Console}"; DestDir: "{app}"; Flags: ignoreversion {#Signed}
Source: "{#Source}\{#Tray}"; DestDir: "{app}"; Flags: ignoreversion {#Signed}; AfterInstall: WipeModules
Source: "{#Source}\*"; Excludes: "\{#Tray},\{#Console}"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
#ifdef Icon
Source: "{#Icon}"; DestName: "app.ico"; Flags: dontcopy
#endif
Source: "LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion
Source: "{#Licences}"; DestDir: "{app}"; DestName: "THIRD-PARTY-LICENSES.txt"; Flags: ignoreversion

[Icons]
; Windows names the program in notifications by this shortcut. It starts in the user's folder: a program running in
; our folder would prevent its removal.
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

{ The file of a running program can be read but not written. }
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

{ Ask every copy to quit and wait until they have. The mutex disappears before the process does, so wait for the
  program file as well. A copy that is just starting does not listen yet, so ask again each second. }
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

{ Stop the uninstaller unless the user chooses to retry. }
procedure TryAgain(const Sentence: String);
begin
  if SuppressibleMsgBox(Sentence, mbError, MB_RETRYCANCEL, IDCANCEL) <> IDRETRY then
    Abort;
end;

#ifdef Icon
{ Show our icon in place of Inno Setup's picture. Drawn into that picture, the old lines would show through. }
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
  { There is no Ready page, so this button must say that it installs. }
  if Page = wpSelectTasks then
    WizardForm.NextButton.Caption := SetupMessage(msgButtonInstall);
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
begin
  Result := '';
  { A demo is not started again. }
  Ran := Ran or CheckForMutexes(TrayMutex);
  if not QuitAndWait then
    Result := CustomMessage('StillRuns');
end;

procedure WipeModules;
begin
  Replacing := True;
  DelTree(ExpandConstant('{app}\_internal'), True, True, True);
end;

{ If the upgrade did not happen, start the program that was stopped. }
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
  { Only the program can find its entries in the Windows Credential Manager. }
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
    { The user has confirmed, and nothing is removed yet. }
    usAppMutexCheck:
      begin
        while Held(ExpandConstant('{app}\{#Console}')) do
          TryAgain(CustomMessage('StillHeld'));
        while not QuitAndWait do
          TryAgain(CustomMessage('StillRuns'));
        Purging := WantsPurge;
      end;
    { Not later: callers of a silent uninstaller wait only until the files are gone. }
    usUninstall:
      if Purging then
        Purge;
  end;
end;
