/** An option. Help, errors, the configuration file and its schema are made from it. */

export interface OptionSpec {
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly multiple?: boolean;
  readonly short?: string;
  readonly help: string;
  /** The kinds of target that read it; undefined: all. */
  readonly targets?: readonly string[];
  /** Name of the value in the help text: T, DIR. FILE and DIR are paths to a configuration file. */
  readonly value?: string;
  /** All words that it accepts, if they are few. For an integer: words that it accepts as well. */
  readonly values?: readonly string[];
  /** The default. */
  readonly default?: string;
  /** For an integer: the least value (0 if left out). A number is more than 0. */
  readonly least?: number;
  /** For an integer or a number: the greatest value. */
  readonly most?: number;
  /** A path although `value` is neither FILE nor DIR: in a configuration file, relative to it. */
  readonly isPath?: boolean;
}

/** By the option's name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
