/** `doctor`: what this machine can run. */

import type { Command } from './command.ts';
import { columns } from './help.ts';

const OLDEST_NODE = [20, 19] as const;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Report what this machine can run, and how to install what is missing',
  usage: '[--explain-capabilities]',
  options: {
    'explain-capabilities': {
      type: 'boolean',
      help: 'list every capability of a target and every policy key, with their meanings',
    },
  },
  async run(parsed, io) {
    if (parsed.flag('explain-capabilities')) {
      const { CAPABILITY_KEYS, CAPABILITY_TABLE } = await import('../capabilities/capabilities.ts');
      const entries = CAPABILITY_KEYS.map((key) => {
        const { kind, meaning } = CAPABILITY_TABLE[key];
        return [`${key}=${kind.shown}`, meaning] as const;
      });
      const { policyRows } = await import('../../reference-impl/policy-keys.ts');
      const keys = columns(policyRows());
      io.out(`${[...columns(entries), '', 'Tolerated choices, for --policy KEY=VALUE:', ...keys].join('\n')}\n`);
      return 0;
    }
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
    const node = isNew ? 'ok' : `too old: install ${OLDEST_NODE.join('.')} or newer`;
    const rows: [string, string][] = [
      [`Node.js ${process.versions.node}`, node],
      ['reference target', 'ok'],
      ['program targets', 'ok'],
    ];
    const { checkGroups } = await import('../doctor/checks.ts');
    for (const group of checkGroups(process.platform)) {
      for (const { name, ok, advice } of await group()) rows.push([name, ok ? 'ok' : `missing: ${advice}`]);
    }
    io.out(`${columns(rows).join('\n')}\n`);
    return isNew ? 0 : 2;
  },
};
