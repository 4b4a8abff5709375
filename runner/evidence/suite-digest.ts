import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../base/version.ts';

/** The published files of the built suite; the page's parts are in its bundle. */
const ROOMS = ['reference-impl', 'vectors', 'runner', 'reports'];
const IS_CODE = /\.(?:js|css)$/;
const IS_LEFT_OUT = /\.test\.js$|^reports\/html\/app\//;

let digest: string | undefined;

/** SHA-256 over the code of this suite, as it is installed: names and contents, in the order of their names. */
export function suiteDigest(): string {
  digest ??= compute(join(PACKAGE_ROOT, 'dist'));
  return digest;
}

function compute(root: string): string {
  const paths = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((path) =>
      `${room}/${path}`.replaceAll('\\', '/'),
    ),
  );
  const all = createHash('sha256');
  for (const path of paths.filter((name) => IS_CODE.test(name) && !IS_LEFT_OUT.test(name)).sort()) {
    all.update(`${path}\n`);
    all.update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  }
  return all.digest('hex');
}
