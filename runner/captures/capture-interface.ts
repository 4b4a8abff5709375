/** An interface that a pcapng describes, with its counts. */
export interface CaptureInterface {
  /** From 0 over the whole file, as Wireshark shows it (frame.interface_id) if there is one section. */
  readonly number: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly linkType: number;
  /** Packets read so far. */
  packets: number;
  /**
   * Packets that the interface or the operating system dropped for lack of space, as counted in the file; undefined:
   * not counted.
   */
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

/** Whether `choice` of a user names it: its number, its name or its description, in upper or lower case. */
export function isChosen({ number, name, description }: CaptureInterface, choice: string): boolean {
  const wanted = choice.toLowerCase();
  return String(number) === choice || name?.toLowerCase() === wanted || description?.toLowerCase() === wanted;
}
