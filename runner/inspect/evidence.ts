/** How many frame numbers of each kind are kept. */
const MOST = 5;

/** How many frames show something, and the numbers of the first ones, from 1 as in Wireshark. */
export class Evidence {
  count = 0;
  readonly frames: number[] = [];

  add(frame: number): void {
    this.count++;
    if (this.frames.length < MOST && this.frames.at(-1) !== frame) this.frames.push(frame);
  }

  /** Adds the counts of another one. */
  join({ count, frames }: Evidence): void {
    this.count += count;
    for (const frame of frames) if (this.frames.length < MOST) this.frames.push(frame);
  }
}
