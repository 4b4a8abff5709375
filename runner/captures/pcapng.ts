/**
 * pcapng (draft-ietf-opsawg-pcapng). A block: type 4, total length 4, body, total length 4 again; a multiple of 4.
 *
 *   0x0a0d0d0a  section     byte-order magic 4, version 2 + 2, section length 8, options
 *   1           interface   link type 2, reserved 2, snaplen 4, options (2: if_name, 3: if_description, 9: if_tsresol 1,
 *                           14: if_tsoffset 8)
 *   2           packet      (obsolete) interface 2, drops 2 (0xffff: unknown), then as 6 from the time on
 *   3           simple      original length 4, data
 *   5           statistics  interface 4, time 4 + 4, options (5: isb_ifdrop 8, 7: isb_osdrop 8)
 *   6           enhanced    interface 4, time 4 + 4, captured length 4, original length 4, data, options (2: epb_flags 4,
 *                           whose lowest two bits are its direction, 1 in and 2 out; 4: epb_dropcount 8)
 *
 * An option: code 2, length 2, value, padded to 4. Code 0 ends them, code 1 is a comment.
 */

export const Block: Readonly<
  Record<'section' | 'interface' | 'packet' | 'simple' | 'statistics' | 'enhanced', number>
> = {
  section: 0x0a0d_0d0a,
  interface: 1,
  packet: 2,
  simple: 3,
  statistics: 5,
  enhanced: 6,
};

/** The meaning of an option code depends on the block. */
export const Option: Readonly<
  Record<
    | 'end'
    | 'comment'
    | 'name'
    | 'description'
    | 'resolution'
    | 'offset'
    | 'flags'
    | 'dropCount'
    | 'interfaceDrops'
    | 'systemDrops',
    number
  >
> = {
  end: 0,
  comment: 1,
  name: 2,
  description: 3,
  resolution: 9,
  offset: 14,
  flags: 2,
  dropCount: 4,
  interfaceDrops: 5,
  systemDrops: 7,
};

export const BYTE_ORDER: number = 0x1a2b_3c4d;
/** Type and the two lengths. */
export const BLOCK_FRAME: number = 12;
/** Bytes in a block besides a packet's data, without options. */
export const PACKET_FRAME: number = 32;
export const SIMPLE_FRAME: number = 16;
/** Bytes before the options of a statistics block. */
export const STATISTICS_HEAD: number = 20;
