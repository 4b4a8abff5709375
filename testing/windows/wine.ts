/**
 * Windows as Wine provides it: a folder with drives, a registry and a server. Programs write to files: Node.js for
 * Windows cannot write to a pipe of Linux.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult } from '../command.ts';
import { MAIN } from '../paths.ts';
import { windowsNode } from './windows-node.ts';

/** The first is the distribution's default; the others are in Debian's packages of Wine. */
const LOADERS = ['wine', 'wine-stable', 'wine64'];
const SERVERS = ['wineserver', 'wineserver-stable'];

export class Wine {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'rsc-wine-'));
  readonly #loader: string;
  readonly #server: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #node: string;

  private constructor(loader: string, server: string) {
    this.#loader = loader;
    this.#server = server;
    this.#node = windowsNode();
    const { DISPLAY: _, ...environment } = process.env;
    this.#environment = {
      ...environment,
      WINEPREFIX: join(this.#folder, 'prefix'),
      WINEDEBUG: '-all',
      // Turns off .NET, the browser, and entries in desktop menus.
      WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=d',
      NODE_SKIP_PLATFORM_CHECK: '1',
    };
  }

  /** Undefined if there is no Wine. `drive`: the folder that R: refers to. */
  static start(drive: string): Wine | undefined {
    const [loader, server] = [LOADERS, SERVERS].map((names) => names.find(isInstalled));
    if (loader === undefined || server === undefined) return undefined;
    const wine = new Wine(loader, server);
    try {
      mkdirSync(join(wine.#folder, 'prefix'));
      // Without this, the programs that Windows starts with would start again after each pause of three seconds.
      wine.#must(server, '--persistent=60');
      wine.#must(loader, 'wineboot', '--init');
      wine.#must(loader, 'reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f');
      symlinkSync(drive, join(wine.#folder, 'prefix', 'dosdevices', 'r:'));
    } catch (error) {
      wine.end();
      throw error;
    }
    return wine;
  }

  /** Ends every program that still runs, and removes everything. */
  end(): void {
    spawnSync(this.#server, ['--kill'], { env: this.#environment });
    spawnSync(this.#server, ['--wait'], { env: this.#environment });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs a program of Windows with these arguments, in a folder of Linux. */
  run(folder: string, program: string, ...args: readonly string[]): CommandResult {
    const [out, err] = ['out', 'err'].map((name) => join(this.#folder, name)) as [string, string];
    const files = [out, err].map((file) => openSync(file, 'w'));
    try {
      const options = { cwd: folder, env: this.#environment, stdio: ['ignore' as const, ...files] };
      const { status, signal, error } = spawnSync(this.#loader, [program, ...args], options);
      if (status === null) throw error ?? new Error(`${[program, ...args].join(' ')} was ended by ${signal}`);
      return { status, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
    } finally {
      files.forEach(closeSync);
    }
  }

  node(folder: string, ...args: readonly string[]): CommandResult {
    return this.run(folder, this.#node, ...args);
  }

  /** `rsc-conformance ARGS`. */
  command(folder: string, ...args: readonly string[]): CommandResult {
    return this.node(folder, windowsPath(MAIN), ...args);
  }

  /** Runs a command line with cmd.exe, unchanged. */
  shell(folder: string, line: string): CommandResult {
    const options = "{ shell: true, stdio: ['ignore', 'inherit', 'inherit'] }";
    const script = `process.exitCode = require('node:child_process').spawnSync(process.argv[1], ${options}).status`;
    return this.node(folder, '--eval', script, line);
  }

  get nodePath(): string {
    return windowsPath(this.#node);
  }

  /** The words that start `rsc-conformance` in a command line. */
  get commandWords(): string {
    return `"${this.nodePath}" "${windowsPath(MAIN)}"`;
  }

  #must(...[command, ...args]: [string, ...string[]]): void {
    const { status, error } = spawnSync(command, args, { env: this.#environment, stdio: 'ignore' });
    if (status !== 0) throw error ?? new Error(`${args.join(' ')} under Wine: status ${status}`);
  }
}

/** A path of Linux as a path of Windows: Z: is the root. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}
