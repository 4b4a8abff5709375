/** `--policy key=value`: tolerated choices by name, and the matching capabilities. */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';
import { policyKeys } from '../../reference-impl/policy-keys.ts';
import { parseAddress } from '../../reference-impl/wire/address.ts';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Capabilities } from './capabilities.ts';

export const POLICY_KEYS: readonly (keyof Policy)[] = Object.keys(policyKeys) as (keyof Policy)[];

export function parsePolicy(settings: readonly string[]): Partial<Policy> {
  const policy: Record<string, unknown> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const key = at < 0 ? setting : setting.slice(0, at);
    if (!Object.hasOwn(policyKeys, key)) {
      throw new UsageError(
        `there is no policy key ${key}`,
        suggest(key, POLICY_KEYS, `keys: ${POLICY_KEYS.join(' ')}`),
      );
    }
    if (at < 0) throw new UsageError(`--policy ${key} needs a value`, `${key}=${describe(key as keyof Policy)}`);
    policy[key] = parseValue(key as keyof Policy, setting.slice(at + 1));
  }
  return policy as Partial<Policy>;
}

function parseValue(key: keyof Policy, text: string): unknown {
  const kind = wordsOf(key);
  if (kind === 'limit') {
    if (text === 'none' && DEFAULT_POLICY[key] === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  } else if (kind === 'tunnels') {
    const kinds = text.split(',').filter((part) => part !== '');
    const wrong = kinds.find((part) => !TUNNEL_KINDS.some((known) => known === part));
    if (wrong === undefined) return kinds;
    throw new UsageError(`${key} cannot contain ${JSON.stringify(wrong)}`, suggest(wrong, TUNNEL_KINDS, describe(key)));
  } else if (kind === 'addresses') {
    const addresses = text.split(',').filter((address) => address !== '');
    const wrong = addresses.find((address) => parseAddress(address) === undefined);
    if (wrong === undefined) return addresses;
  } else {
    const value = kind.find((word) => String(word) === text);
    if (value !== undefined) return value;
    throw new UsageError(`${key} cannot be ${JSON.stringify(text)}`, suggest(text, kind.map(String), describe(key)));
  }
  throw new UsageError(`${key} cannot be ${JSON.stringify(text)}`, describe(key));
}

function wordsOf(key: keyof Policy): readonly unknown[] | 'limit' | 'addresses' | 'tunnels' {
  const { values } = policyKeys[key];
  return typeof values === 'string' ? values : values.map(({ value }) => value);
}

function describe(key: keyof Policy): string {
  const kind = wordsOf(key);
  if (kind === 'limit') return 'a number from 1';
  if (kind === 'tunnels') return `some of ${TUNNEL_KINDS.join(', ')}, comma-separated`;
  if (kind === 'addresses') return 'IP addresses, comma-separated';
  return kind.join('/');
}

/** The capabilities of a target that makes these choices. Choices without a capability are always accepted. */
export function capabilitiesOf(policy: Partial<Policy>): Partial<Capabilities> {
  const limit = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
  const { duplicateAcks, timestamps, ipv6Limit, checksums, maxConnections, maxSegments, maxBytes } = policy;
  return {
    ...(policy.profile === undefined ? {} : { profile: policy.profile }),
    ...(duplicateAcks === undefined ? {} : { duplicateacks: duplicateAcks }),
    ...(timestamps === undefined ? {} : { timestamps: timestamps === 'coalesced' }),
    ...(ipv6Limit === undefined ? {} : { ipv6limit: ipv6Limit }),
    ...(checksums === undefined ? {} : { checksums }),
    ...(maxConnections === undefined ? {} : { maxconnections: limit(maxConnections) }),
    ...(maxSegments === undefined ? {} : { maxsegments: limit(maxSegments) }),
    ...(maxBytes === undefined ? {} : { maxbytes: limit(maxBytes) }),
    ...(policy.tagged === undefined ? {} : { vlan: policy.tagged === 'alone' ? 'off' : 'on' }),
    ...(policy.tunnels === undefined ? {} : { tunnels: policy.tunnels }),
    ...(policy.hostAddresses === undefined ? {} : { addresses: policy.hostAddresses }),
  };
}
