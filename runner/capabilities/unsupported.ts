/** Why a target cannot be asked to play a vector; undefined where it can. */

import type { FrameStep, Setting } from '../../reference-impl/step.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Capabilities } from './capabilities.ts';

export function whyUnsupported(
  vector: Pick<Vector, 'connections'>,
  steps: readonly FrameStep[],
  capabilities: Capabilities,
): string | undefined {
  const { connections } = vector;
  if (!capabilities.ipv4 && connections.some(({ src }) => !src.includes(':'))) return 'the target does no IPv4';
  if (!capabilities.ipv6 && connections.some(({ src }) => src.includes(':'))) return 'the target does no IPv6';
  if (!capabilities.virtio && steps.some((step) => 'set' in step && step.set.negotiate !== undefined)) {
    return 'the target is no virtio device';
  }
  if (!capabilities.set && steps.some((step) => 'set' in step && !hasOwnCapability(step.set))) {
    return 'RSC cannot be switched on the target';
  }
  if (!capabilities.rxcsum && steps.some((step) => 'set' in step && step.set.rxcsum !== undefined)) {
    return 'receive checksum offload cannot be switched on the target';
  }
  if (!capabilities.csum && steps.some((step) => 'rx' in step && step.csum !== undefined)) {
    return 'the target cannot be told the checksum state of a frame';
  }
  if (!capabilities.uro && steps.some((step) => 'set' in step && step.set.uro !== undefined)) {
    return 'the target does no URO';
  }
  if (!capabilities.ipsec && steps.some((step) => 'rx' in step && step.ipsec === true)) {
    return 'the target cannot be told that a segment was protected by IPsec';
  }
  const { maxconnections, burst } = capabilities;
  if (maxconnections !== undefined && connections.length > maxconnections) {
    return `${connections.length} connections; the target tracks ${maxconnections}`;
  }
  const longest = longestDpc(steps);
  if (burst !== undefined && longest > burst) return `${longest} frames in a DPC; the target takes ${burst}`;
  return undefined;
}

/** Switches that have a capability of their own. */
export function hasOwnCapability(set: Setting): boolean {
  return Object.keys(set).every((key) => key === 'rxcsum' || key === 'uro');
}

function longestDpc(steps: readonly FrameStep[]): number {
  let longest = 0;
  let frames = 0;
  for (const step of steps) {
    if ('rx' in step) longest = Math.max(longest, ++frames);
    else if ('dpc' in step) frames = 0;
  }
  return longest;
}
