/** The twelve bits after the data offset. AE is the lowest reserved one (RFC 9768). */
export const TcpFlag = {
  fin: 0x001,
  syn: 0x002,
  rst: 0x004,
  psh: 0x008,
  ack: 0x010,
  urg: 0x020,
  ece: 0x040,
  cwr: 0x080,
  ae: 0x100,
  reserved: 0xf00,
} as const;
