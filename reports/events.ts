/** The event stream: one JSON object a line. Every report, and every merge of shards, is made from it. */

export interface SessionEvent {
  readonly type: 'session';
  readonly target: string;
  readonly targetVersion: string;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Of this suite. */
  readonly version: string;
  /** SHA-256 of the vectors, hex. */
  readonly digest: string;
  /** "1/1" where the run is whole. */
  readonly shard: string;
  readonly strict: boolean;
  /** The command line that reproduces the run. */
  readonly command: string;
  /** The same without what selects vectors: ` --filter ID` behind it replays one. */
  readonly replay?: string;
  /** ISO 8601. */
  readonly started: string;
  readonly vectors: number;
}

export type EventStep =
  | { readonly rx: string; readonly csum?: string; readonly ipsec?: true }
  | { readonly dpc: true }
  | { readonly wait: number }
  | {
      readonly set: {
        readonly rsc4?: boolean;
        readonly rsc6?: boolean;
        readonly uro?: boolean;
        readonly rxcsum?: boolean;
        /** A virtio device was reset and negotiated anew. */
        readonly negotiate?: { readonly without?: readonly string[]; readonly with?: readonly string[] };
      };
    };

export interface VectorEvent {
  readonly type: 'vector';
  readonly vector: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly level: string;
  readonly flags: readonly string[];
  readonly steps: readonly EventStep[];
}

export type Verdict = 'pass' | 'pass-less' | 'warn' | 'fail' | 'unsupported' | 'error';
export const VERDICTS: readonly Verdict[] = ['pass', 'pass-less', 'warn', 'fail', 'unsupported', 'error'];

export interface FindingEvent {
  readonly rule: string;
  readonly level: string;
  readonly arrivals: readonly number[];
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  readonly message: string;
}

export interface DecisionEvent {
  readonly arrival: number;
  readonly did: string;
  /** Row of the catalogue. */
  readonly rule: string;
  /** Which of the row's rules. */
  readonly name?: string;
}

export interface VerdictEvent {
  readonly type: 'verdict';
  readonly vector: string;
  readonly verdict: Verdict;
  readonly findings: readonly FindingEvent[];
  readonly indications: readonly {
    readonly dpc: number;
    readonly frame: string;
    readonly oob: Readonly<Record<string, unknown>>;
    /** The header of a virtio device, and what was negotiated. */
    readonly virtio?: Readonly<Record<string, unknown>>;
    readonly arrivals: readonly number[];
  }[];
  /** What the reference does with each arrival. */
  readonly decisions: readonly DecisionEvent[];
  readonly ratio: number;
  readonly notObserved: readonly string[];
  /** Why, where the verdict is unsupported or error. */
  readonly reason?: string;
  readonly ms: number;
}

export interface EndEvent {
  readonly type: 'end';
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly exit: number;
  /** Vectors that were planned and not played: the run was interrupted. */
  readonly notRun?: number;
}

export type RunEvent = SessionEvent | VectorEvent | VerdictEvent | EndEvent;
