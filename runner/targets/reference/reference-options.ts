import type { Policy } from '../../../reference-impl/policy.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { ReferenceDevice } from './devices.ts';

export interface ReferenceOptions {
  /** Default: NDIS, and virtio for vectors that negotiate its features. */
  readonly device?: ReferenceDevice;
  readonly policy?: Partial<Policy>;
  /** A capability file, which the reference follows. */
  readonly capabilities?: Partial<Capabilities>;
  /** Only planted faults use other rules than the registry's. */
  readonly rules?: readonly Rule[];
}
