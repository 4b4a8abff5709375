const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0x002, 'SYN'],
  [0x001, 'FIN'],
  [0x004, 'RST'],
  [0x008, 'PSH'],
  [0x010, 'ACK'],
  [0x020, 'URG'],
  [0x040, 'ECE'],
  [0x080, 'CWR'],
  [0x100, 'AE'],
  [0x200, 'res.2'],
  [0x400, 'res.4'],
  [0x800, 'res.8'],
];

/** "PSH ACK", or "none". */
export function formatFlags(flags: number): string {
  return flagNames(flags).join(' ') || 'none';
}

export function flagNames(flags: number): string[] {
  return NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}
