/** A result is not valid; the message says why, in one sentence without its end. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
