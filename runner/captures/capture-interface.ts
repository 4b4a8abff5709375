/** An interface that a pcapng describes, and what was counted at it. */
export interface CaptureInterface {
  /** From 0 over the whole file, as Wireshark shows it (frame.interface_id) where there is one section. */
  readonly number: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly linkType: number;
  /** Packets read so far. */
  packets: number;
  /** Packets that it, or the operating system, dropped for want of room, as the file counts them; undefined: it does not. */
  readonly dropped: number | undefined;
}

/** 'interface 1 "eth0" (Intel X710)'. */
export function interfaceText({
  number,
  name,
  description,
}: {
  readonly number: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}): string {
  const called = name === undefined ? '' : ` "${name}"`;
  return `interface ${number}${called}${description === undefined ? '' : ` (${description})`}`;
}

/** Whether a user who says `choice` means it: its number, its name or its description, in any case of letters. */
export function isChosen({ number, name, description }: CaptureInterface, choice: string): boolean {
  const wanted = choice.toLowerCase();
  return String(number) === choice || name?.toLowerCase() === wanted || description?.toLowerCase() === wanted;
}
