/** RSC of a Windows network adapter, as PowerShell reports it. The commands print JSON, which can be parsed anywhere. */

import { spawnSync } from 'node:child_process';
import { UsageError } from '../../base/errors.ts';

export interface AdapterRsc {
  readonly ipv4: VersionState;
  readonly ipv6: VersionState;
}

export interface VersionState {
  /** Enabled and operational. */
  readonly on: boolean;
  /** The reason by its Windows name: NoFailure, NicPropertyDisabled, WFPCompatibility, NDISCompatibility .. */
  readonly failure: string;
}

/** Get-NetAdapterStatistics: counts since the adapter started. */
export interface AdapterCounters {
  readonly coalescedPackets: number;
  readonly coalescedBytes: number;
  readonly coalescingEvents: number;
  readonly coalescingExceptions: number;
}

export interface Adapter {
  /** The name that libpcap uses. */
  readonly device: string;
  readonly mac: string;
  readonly mtu: number;
}

/** Undefined: this is not what Get-NetAdapter prints. */
export function parseAdapter(json: string): Adapter | undefined {
  const { InterfaceGuid: guid, MacAddress: mac, MtuSize: mtu } = recordOf(json) ?? {};
  if (typeof guid !== 'string' || typeof mac !== 'string' || typeof mtu !== 'number') return undefined;
  return { device: `\\Device\\NPF_${guid}`, mac: mac.toLowerCase().replaceAll('-', ':'), mtu };
}

/** Undefined: this is not what Get-NetAdapterRsc prints. */
export function parseAdapterRsc(json: string): AdapterRsc | undefined {
  const found = recordOf(json);
  if (found === undefined || !('IPv4OperationalState' in found)) return undefined;
  const state = (version: 'IPv4' | 'IPv6'): VersionState => {
    const failure = found[`${version}FailureReason`];
    return {
      on: found[`${version}OperationalState`] === true && found[`${version}Enabled`] !== false,
      failure: typeof failure === 'number' ? `reason ${failure}` : String(failure ?? 'unknown'),
    };
  };
  return { ipv4: state('IPv4'), ipv6: state('IPv6') };
}

/** Undefined: this is not what Get-NetAdapterStatistics prints, or the adapter does not count. */
export function parseAdapterCounters(json: string): AdapterCounters | undefined {
  const found = recordOf(json);
  const numbers = ['CoalescedPackets', 'CoalescedBytes', 'CoalescingEvents', 'CoalescingExceptions'].map(
    (key) => found?.[key],
  );
  const [coalescedPackets, coalescedBytes, coalescingEvents, coalescingExceptions] = numbers;
  if (
    typeof coalescedPackets !== 'number' ||
    typeof coalescedBytes !== 'number' ||
    typeof coalescingEvents !== 'number' ||
    typeof coalescingExceptions !== 'number'
  ) {
    return undefined;
  }
  return { coalescedPackets, coalescedBytes, coalescingEvents, coalescingExceptions };
}

/** A message if the counters contradict the frames. Other traffic may increase them; nothing decreases them. */
export function checkCounters(
  before: AdapterCounters,
  after: AdapterCounters,
  seen: { readonly merged: number },
): string | undefined {
  const stood = (['coalescedPackets', 'coalescedBytes', 'coalescingEvents'] as const).filter(
    (key) => after[key] <= before[key],
  );
  if (seen.merged === 0 || stood.length === 0) return undefined;
  return `${seen.merged} merged frames were seen, but the adapter's ${stood.join(', ')} did not move (S1 to S3)`;
}

/** Throws UsageError if there is no such adapter, or it is down. */
export function readAdapter(option: string, name: string): Adapter {
  const query = `Get-NetAdapter -Name ${quoted(name)} | Where-Object Status -eq Up`;
  const adapter = parseAdapter(
    powershell(`${query} | Select-Object InterfaceGuid,MacAddress,MtuSize | ConvertTo-Json`),
  );
  if (adapter !== undefined) return adapter;
  throw new UsageError(`${option}: no adapter ${name} is up`, 'Get-NetAdapter lists adapters');
}

/** Throws UsageError if there is no such adapter. */
export function readAdapterRsc(name: string): AdapterRsc {
  // As text: ConvertTo-Json would write the reason's number, which means nothing to a reader.
  const reasons = [4, 6].map((v) => `@{n='IPv${v}FailureReason';e={[string]$_.IPv${v}FailureReason}}`);
  const columns = ['IPv4Enabled', 'IPv6Enabled', 'IPv4OperationalState', 'IPv6OperationalState', ...reasons];
  const query = `Get-NetAdapterRsc -Name ${quoted(name)} | Select-Object ${columns.join(',')}`;
  const state = parseAdapterRsc(powershell(`${query} | ConvertTo-Json`));
  if (state !== undefined) return state;
  throw new UsageError(`adapter ${name} does not report RSC`, `Get-NetAdapterRsc -Name ${quoted(name)}`);
}

export function readAdapterCounters(name: string): AdapterCounters | undefined {
  const query = `Get-NetAdapterStatistics -Name ${quoted(name)} | Select-Object -ExpandProperty RscStatistics`;
  return parseAdapterCounters(powershell(`${query} | ConvertTo-Json`));
}

function powershell(command: string): string {
  const args = ['-NoProfile', '-NonInteractive', '-Command', command];
  const { error, status, stdout, stderr } = spawnSync('powershell', args, { encoding: 'utf8' });
  if (error !== undefined)
    throw new UsageError(`PowerShell cannot be run: ${error.message}`, 'PowerShell is part of Windows');
  if (status !== 0) throw new UsageError(`PowerShell: ${stderr.trim()}`, command);
  return stdout;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function recordOf(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
