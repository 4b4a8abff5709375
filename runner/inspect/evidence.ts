/** Frame numbers that are kept of each kind. */
const MOST = 5;

/** How many frames show a thing, and the numbers of the first ones, counted from 1 as Wireshark does. */
export class Evidence {
  count = 0;
  readonly frames: number[] = [];

  add(frame: number): void {
    this.count++;
    if (this.frames.length < MOST && this.frames.at(-1) !== frame) this.frames.push(frame);
  }

  /** Takes in what another one counted. */
  join({ count, frames }: Evidence): void {
    this.count += count;
    for (const frame of frames) if (this.frames.length < MOST) this.frames.push(frame);
  }
}
