/**
 * pcapng (draft-ietf-opsawg-pcapng). A block: type 4, total length 4, body, total length 4 again; a multiple of 4.
 *
 *   0x0a0d0d0a  section     byte-order magic 4, version 2 + 2, section length 8, options
 *   1           interface   link type 2, reserved 2, snaplen 4, options (9: if_tsresol 1, 14: if_tsoffset 8)
 *   2           packet      (obsolete) interface 2, drops 2, then as 6 from the time on
 *   3           simple      original length 4, data
 *   6           enhanced    interface 4, time 4 + 4, captured length 4, original length 4, data, options
 *
 * An option: code 2, length 2, value, padded to 4. Code 0 ends them, code 1 is a comment, code 2 of an interface its name, of an enhanced packet its flags: 4 bytes whose lowest
 * two bits are its direction (1 in, 2 out).
 */

export const Block: Readonly<Record<'section' | 'interface' | 'packet' | 'simple' | 'enhanced', number>> = {
  section: 0x0a0d_0d0a,
  interface: 1,
  packet: 2,
  simple: 3,
  enhanced: 6,
};

export const Option: Readonly<Record<'end' | 'comment' | 'name' | 'flags' | 'resolution' | 'offset', number>> = {
  end: 0,
  comment: 1,
  name: 2,
  flags: 2,
  resolution: 9,
  offset: 14,
};

export const BYTE_ORDER: number = 0x1a2b_3c4d;
/** Type and the two lengths. */
export const BLOCK_FRAME: number = 12;
/** Bytes in a block beside a packet's data, where it has no options. */
export const PACKET_FRAME: number = 32;
export const SIMPLE_FRAME: number = 16;
