/** The event stream: one JSON object per line. Every report, and every merge of shards, is made from it. */

/** A rule in words. Several can be in one row of the catalogue. */
export interface RuleText {
  readonly name: string;
  readonly level: string;
  readonly summary: string;
  /** A document and a section of it. */
  readonly clause: {
    /** Key of the document, used as its name if there is no title. */
    readonly doc: string;
    readonly title?: string;
    /** Its version, or the date of its last change. */
    readonly version?: string;
    readonly url?: string;
    readonly section: string;
  };
}

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
  /** "1/1" if the run is whole. */
  readonly shard: string;
  /** SHA-256 of the selection before it was split into shards: the ids, in order. */
  readonly plan?: string;
  /** The number of selected vectors. */
  readonly selected?: number;
  /** Of a shard: SHA-256 of the split. Shards of different splits do not belong together. */
  readonly split?: string;
  /** Of a merge that lacks shards: the missing ones. Every report made from it says so. */
  readonly partial?: string;
  readonly strict: boolean;
  /** The command line that reproduces the run. */
  readonly command: string;
  /** The same without the options that select vectors: append ` --filter ID` to replay one. */
  readonly replay?: string;
  /** ISO 8601. */
  readonly started: string;
  readonly vectors: number;
  /** The file of known failures, if there is one. */
  readonly baseline?: string;
  /** Labels from the user: driver, build, board. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: EnvironmentEvent;
  /** Of two captures that were judged. */
  readonly captures?: CapturesEvent;
  /** The rules that the run was judged by, by row of the catalogue, in its order. */
  readonly ruleTexts?: Readonly<Record<string, readonly RuleText[]>>;
}

/** Facts about two captures, besides their connections. */
export interface CapturesEvent {
  readonly sent: CaptureSideEvent;
  readonly received: CaptureSideEvent;
  /** Seconds by which the received capture's clock is ahead of the sent one's: not less, and not more. */
  readonly clock?: { readonly least?: number; readonly most?: number };
  /** They were given the wrong way round, or may have been. */
  readonly exchanged?: 'yes' | 'maybe';
  /** Packets that the user says the captures dropped: of one side, or of both together. */
  readonly saidDropped?: { readonly sent?: number; readonly received?: number; readonly both?: number };
}

export interface CaptureSideEvent {
  readonly files: readonly string[];
  readonly packets: number;
  /** Packets of interfaces that were not chosen. */
  readonly others?: number;
  /** Packets that are a frame seen before at another point of the stack. */
  readonly copies?: number;
  /** Every frame is there several times, at one interface. */
  readonly everyFrame?: boolean;
  /** Those with packets; a classic pcap names none. */
  readonly interfaces: readonly {
    readonly number: number;
    readonly name?: string;
    readonly description?: string;
    readonly packets: number;
    readonly taken: boolean;
  }[];
  /** Packets that were dropped for want of room, as the capture itself counts them. */
  readonly dropped?: number;
  readonly time?: {
    /** ISO 8601. */
    readonly begin: string;
    readonly seconds: number;
    readonly packetsPerSecond?: number;
    readonly bitsPerSecond?: number;
  };
}

/** Where a run was made. */
export interface EnvironmentEvent {
  readonly host: string;
  /** "Linux 6.1.0-18-amd64 x64" */
  readonly kernel: string;
  /** "v20.19.0" */
  readonly node: string;
  /** Files that make the target, with their digests in hex. */
  readonly programs: readonly { readonly name: string; readonly sha256: string }[];
}

export type EventStep =
  | { readonly rx: string; readonly csum?: 'none' | 'partial' | 'unnecessary'; readonly ipsec?: true }
  | { readonly dpc: true }
  | { readonly wait: number }
  | {
      readonly set: {
        readonly rsc4?: boolean;
        readonly rsc6?: boolean;
        readonly uro?: boolean;
        readonly rxcsum?: boolean;
        /** A virtio device was reset and its features negotiated again. */
        readonly negotiate?: { readonly without?: readonly string[]; readonly with?: readonly string[] };
      };
    };

export interface VectorEvent {
  readonly type: 'vector';
  readonly vector: string;
  /** Its place in the selection, from 0. Shards are merged by it. */
  readonly index?: number;
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
  /** Only between captures: why they do not prove it against the device. */
  readonly doubt?: string;
}

export interface DecisionEvent {
  readonly arrival: number;
  readonly did: string;
  /** Row of the catalogue. */
  readonly rule: string;
  /** Which of the row's rules. */
  readonly name?: string;
}

/** One frame that a target indicated. */
export interface IndicationEvent {
  /** Index of the step (the end of a DPC, or a setting) in whose answer it came; files of old versions have none. */
  readonly step?: number;
  /** DPCs that had ended before that step. */
  readonly dpc: number;
  /** Hex. */
  readonly frame: string;
  readonly oob: Readonly<Record<string, unknown>>;
  /** The header of a virtio device, and the negotiated features. */
  readonly virtio?: Readonly<Record<string, unknown>>;
  /** The arrivals that the judge attributes to it, in order. */
  readonly arrivals: readonly number[];
}

/** One frame that the reference indicates. */
export interface ExpectedEvent {
  readonly step: number;
  readonly arrivals: readonly number[];
  /** Hex; left out if it is the unmodified frame of its only arrival. */
  readonly frame?: string;
  readonly oob: Readonly<Record<string, unknown>>;
  /** The rule that ended the SCU, or let the frame go alone: its row, and its name. */
  readonly endedBy: string;
  readonly endedByName: string;
}

export interface VerdictEvent {
  readonly type: 'verdict';
  readonly vector: string;
  readonly verdict: Verdict;
  readonly findings: readonly FindingEvent[];
  readonly indications: readonly IndicationEvent[];
  /** The reference's indications under the policy of the run, if the vector was judged; as indicated: the same. */
  readonly expected?: 'as-indicated' | readonly ExpectedEvent[];
  /** The reference's decision for each arrival. */
  readonly decisions: readonly DecisionEvent[];
  readonly ratio: number;
  readonly notObserved: readonly string[];
  /** The target's counters for this vector, if it has any. */
  readonly statistics?: {
    readonly pkts: number;
    readonly octets: number;
    readonly events: number;
    readonly aborts: number;
  };
  /** The reason, if the verdict is unsupported or error. */
  readonly reason?: string;
  readonly ms: number;
  /** It fails as the baseline says: no failure of the run. */
  readonly known?: KnownFailureEvent;
  /** The baseline says otherwise: it passes, or fails differently. A failure of the run, whatever the verdict. */
  readonly unexpected?: UnexpectedEvent;
}

export interface KnownFailureEvent {
  readonly reason: string;
  /** Of the baseline, as "file:line". */
  readonly entry: string;
  /** YYYY-MM-DD. */
  readonly reviewBy?: string;
}

export interface UnexpectedEvent extends KnownFailureEvent {
  /** The baseline's entry, as "fail: E8b merge". */
  readonly expected: string;
  /** One sentence: what happened instead. */
  readonly message: string;
}

/** An entry of a baseline to change, with its line. */
export interface BaselineProblem {
  /**
   * A known failure passes; it fails differently; an entry, or one of its patterns, matches nothing; it is past its date
   * of review; it gives no reason.
   */
  readonly kind: 'passes' | 'differs' | 'stale' | 'expired' | 'unexplained';
  /** `warn`: the run fails by it only if it is strict. */
  readonly severity: 'fail' | 'warn';
  /** The line to change, as "file:line". */
  readonly entry: string;
  readonly vectors: readonly string[];
  /** One sentence. */
  readonly message: string;
  /** One sentence: how to change it. */
  readonly change: string;
}

export interface BaselineEvent {
  readonly file: string;
  /** Vectors that failed as it says. */
  readonly known: number;
  readonly problems: readonly BaselineProblem[];
}

/** A planted fault of selfcheck with similar findings. */
export interface ResembledFault {
  readonly fault: string;
  /** The behavior of a coalescer with this fault, in plain words. */
  readonly title: string;
  /** Row of the catalogue that it breaks. */
  readonly rule: string;
  /** The share of the findings of either that both have: 0 to 1. */
  readonly likeness: number;
}

/** Why vectors fail, as far as the events tell. A vector can have several causes. */
export interface CauseEvent {
  /** In plain words. */
  readonly title: string;
  /** Of its worst finding. */
  readonly severity: 'fail' | 'warn' | 'error';
  /** Rows of the catalogue, the most frequent first; `error` if the target broke. */
  readonly rules: readonly string[];
  readonly findings: readonly { readonly rule: string; readonly field: string }[];
  /** Vectors that show it. */
  readonly vectors: readonly string[];
  /** How many of them the baseline knows; left out: none. */
  readonly known?: number;
  /** Common conditions of the vectors, in words that follow "only". */
  readonly conditions: readonly string[];
  /** The share of the vectors for which this is true: 1, or nearly. */
  readonly share: number;
  /** Vectors for which the same is true, and that do not show it. */
  readonly passing: number;
  /** The vector that shows it most clearly, and the command that plays it again. */
  readonly smallest: string;
  readonly replay: string;
  /** The most similar first; empty: no known fault explains it, and it is grouped by its findings. */
  readonly resembles: readonly ResembledFault[];
}

export interface DiagnosisEvent {
  /** Errors first, then failures, then warnings; the most frequent first. */
  readonly causes: readonly CauseEvent[];
  /** Its limits, in a sentence. */
  readonly note?: string;
}

export interface EndEvent {
  readonly type: 'end';
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly exit: number;
  /** SHA-256 of all lines before this one, uncompressed, with their line feeds. It shows that no line is missing. */
  readonly sha256?: string;
  /** Vectors that were planned and not played: the run was interrupted. */
  readonly notRun?: number;
  /** Where there is a baseline. */
  readonly baseline?: BaselineEvent;
  /** Where something was found. */
  readonly diagnosis?: DiagnosisEvent;
}

export type RunEvent = SessionEvent | VectorEvent | VerdictEvent | EndEvent;
