// Take the sponsors' addresses out of package-lock.json: the lock holds versions and hashes alone.
// Run by `npm run lock`, after npm has written it.

import {readFileSync, writeFileSync} from 'node:fs';

const PATH = new URL('package-lock.json', import.meta.url);

const lock = JSON.parse(readFileSync(PATH, 'utf8'));
for(const entry of Object.values(lock.packages)) {
  delete entry.funding;
}
writeFileSync(PATH, JSON.stringify(lock, null, 2) + '\n');
