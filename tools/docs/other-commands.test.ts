import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readPrivateKey, readPublicKey } from '../../runner/evidence/attestation.ts';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { commandIn } from '../../testing/command.ts';
import { needs } from '../../testing/example-program.ts';
import { ROOT } from '../../testing/paths.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** What the reader has: a coalescer that merges nothing, with the functions that the page names. */
const NIC_H = `#include <stddef.h>
#include <stdint.h>
void *nic_new(void);
void nic_reset(void *nic);
void nic_receive(void *nic, const uint8_t *frame, size_t length);
void nic_end_of_poll(void *nic);
void host_gets(const uint8_t *frame, size_t length, unsigned segments);
`;
const NIC_C = `#include "nic.h"
void *nic_new(void) { static int nic; return &nic; }
void nic_reset(void *nic) { (void)nic; }
void nic_receive(void *nic, const uint8_t *frame, size_t length) { (void)nic; host_gets(frame, length, 0); }
void nic_end_of_poll(void *nic) { (void)nic; }
`;

const text = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** The blocks of a page in this language. */
function blocks(page: string, language: string): string[] {
  return [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block = '']) => block,
  );
}

/** The lines of a page's shell blocks that begin with this word. */
function lines(page: string, word: string): string[] {
  return blocks(page, 'sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith(`${word} `)));
}

describe('other commands that pages show', () => {
  const folder = testFolder();

  function shell(line: string): void {
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect(status, `${line}: ${stderr}`).to.equal(0);
  }

  it('name scripts and files of the project', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    for (const page of PAGES) {
      for (const [, name = ''] of text(page).matchAll(/\bnpm (?:run )?(test:quick|test|start|(?<=run )[a-z:]+)/g))
        expect(scripts, page).to.have.property(name);
      for (const [, path = ''] of text(page).matchAll(/\b(?:node|npx mocha) (dist\/[\w/-]+)\.(?:test\.)?js/g))
        if (!path.startsWith('dist/path/'))
          expect(existsSync(join(ROOT, `${path.slice(5)}.ts`)), `${page}: ${path}`).to.equal(true);
      for (const [path] of text(page).matchAll(
        /(?<![\w/.])(?:tools\/ladder\/[a-z-]+\.sh|(?:examples|adapters)\/(?!.*VERSION)[\w/-]+\.(?:py|c|h|json))/g,
      ))
        expect(existsSync(join(ROOT, path)), `${page}: ${path}`).to.equal(true);
    }
  });

  it('build the adapter in C of docs/adapters.md, which then conforms', async function () {
    needs(this, 'cc');
    cpSync(join(ROOT, 'adapters'), join(folder, 'adapters'), { recursive: true });
    const [source = ''] = blocks('docs/adapters.md', 'c');
    writeFileSync(join(folder, 'mine.c'), source);
    writeFileSync(join(folder, 'nic.h'), NIC_H);
    writeFileSync(join(folder, 'nic.c'), NIC_C);
    const [compile = ''] = lines('docs/adapters.md', 'cc');
    shell(`${compile} -Wall -Wextra -Werror`);
    const { status, stdout } = await commandIn(
      folder,
      'run',
      '--target',
      'program:./mine',
      '--filter',
      'coalescing/runs',
    );
    expect(stdout).to.match(/\d+ pass-less\./);
    expect(status).to.equal(0);
  });

  it('make keys that sign and verify', function () {
    needs(this, 'openssl', 'version');
    for (const line of lines('docs/certification.md', 'openssl')) shell(line);
    expect(readPrivateKey(join(folder, 'key.pem')).type).to.equal('private');
    expect(readPublicKey(join(folder, 'key.pub.pem')).type).to.equal('public');
  });
});
