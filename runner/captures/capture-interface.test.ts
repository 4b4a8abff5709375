import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { block, pack, section, testFolder } from '../../testing/capture-fixtures.ts';
import { Capture } from './capture.ts';
import { interfaceText, isChosen } from './capture-interface.ts';

describe('the interfaces of a pcapng', () => {
  const file = join(testFolder(), 'a.pcapng');

  function option(little: boolean, code: number, value: Buffer): Buffer {
    return Buffer.concat([pack(little, 16, code, 16, value.length), value, Buffer.alloc(-value.length & 3)]);
  }
  const count = (little: boolean, value: number): Buffer =>
    little ? pack(true, 32, value, 32, 0) : pack(false, 32, 0, 32, value);

  for (const little of [true, false]) {
    it(`are read with their names and drops, ${little ? 'little' : 'big'} endian`, async () => {
      const packet = (id: number, ...options: Buffer[]): Buffer =>
        block(little, 6, pack(little, 32, id, 32, 0, 32, 9, 32, 4, 32, 4, 32, 7), ...options);
      writeFileSync(
        file,
        Buffer.concat([
          section(little),
          block(
            little,
            1,
            pack(little, 16, 1, 16, 0, 32, 0),
            option(little, 2, Buffer.from('eth0\0')),
            option(little, 3, Buffer.from('Intel X710')),
            option(little, 0, Buffer.alloc(0)),
          ),
          block(little, 1, pack(little, 16, 1, 16, 0, 32, 0)),
          block(little, 1, pack(little, 16, 1, 16, 0, 32, 0), option(little, 2, Buffer.from('bond0'))),
          packet(0),
          packet(1, option(little, 4, count(little, 3)), option(little, 0, Buffer.alloc(0))),
          packet(1, option(little, 4, count(little, 4))),
          packet(0),
          block(little, 5, pack(little, 32, 0, 32, 0, 32, 1), option(little, 5, count(little, 2))),
          block(
            little,
            5,
            pack(little, 32, 0, 32, 0, 32, 2),
            option(little, 5, count(little, 9)),
            option(little, 7, count(little, 1)),
          ),
          // No count was kept.
          block(little, 5, pack(little, 32, 2, 32, 0, 32, 2), option(little, 5, Buffer.alloc(8, 0xff))),
          block(little, 5, pack(little, 32, 77, 32, 0, 32, 2), option(little, 5, count(little, 1))),
          block(little, 5, pack(little, 32, 2)),
        ]),
      );
      const capture = await Capture.open(file);
      for await (const batch of capture.batches())
        expect(batch.map(({ from }) => from?.number)).to.deep.equal([0, 1, 1, 0]);
      const facts = capture.interfaces.map(({ number, name, description, packets, dropped }) => ({
        number,
        name,
        description,
        packets,
        dropped,
      }));
      expect(facts).to.deep.equal([
        { number: 0, name: 'eth0', description: 'Intel X710', packets: 2, dropped: 10 },
        { number: 1, name: undefined, description: undefined, packets: 2, dropped: 7 },
        { number: 2, name: 'bond0', description: undefined, packets: 0, dropped: undefined },
      ]);
      const [eth0, plain] = capture.interfaces;
      if (eth0 === undefined || plain === undefined) throw new Error('no interfaces');
      expect([eth0, plain].map(interfaceText)).to.deep.equal(['interface 0 "eth0" (Intel X710)', 'interface 1']);
      for (const choice of ['0', 'ETH0', 'intel x710']) expect(isChosen(eth0, choice), choice).to.equal(true);
      for (const choice of ['1', 'eth', '']) expect(isChosen(eth0, choice), choice).to.equal(false);
    });
  }
});
