/* ctrl-c.exe FILE COMMAND: runs COMMAND in a console of its own, and presses Ctrl+C there once FILE exists. */
#include <windows.h>

int wmain(int argc, wchar_t **argv)
{
	STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
	PROCESS_INFORMATION child;
	DWORD status = 0;

	startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
	startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
	startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
	if (argc != 3)
		return 90;
	FreeConsole();
	if (!AllocConsole())
		return 91;
	if (!CreateProcessW(NULL, argv[2], NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child))
		return 92;
	while (GetFileAttributesW(argv[1]) == INVALID_FILE_ATTRIBUTES)
		if (WaitForSingleObject(child.hProcess, 20) == WAIT_OBJECT_0)
			return 93;
	/* This process hears it, too; what it ignores before a child is made, the child would ignore as well. */
	SetConsoleCtrlHandler(NULL, TRUE);
	if (!GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0))
		return 94;
	WaitForSingleObject(child.hProcess, INFINITE);
	GetExitCodeProcess(child.hProcess, &status);
	return (int)status;
}
