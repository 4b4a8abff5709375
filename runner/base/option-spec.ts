/** What an option is: help, errors, the configuration file and its schema are made from it. */

export interface OptionSpec {
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly multiple?: boolean;
  readonly short?: string;
  readonly help: string;
  /** Name of the value in the help text: T, DIR. FILE and DIR are paths to a configuration file. */
  readonly value?: string;
  /** Every word that it can take, if they are few; of an integer: words that it can take as well. */
  readonly values?: readonly string[];
  /** What holds where nothing is said. */
  readonly default?: string;
  /** Of an integer: from here on, inclusive (0 if left out). A number is more than 0. */
  readonly least?: number;
  /** Of an integer or a number: up to here, inclusive. */
  readonly most?: number;
  /** A path although `value` is neither FILE nor DIR: in a configuration file, relative to it. */
  readonly isPath?: boolean;
}

/** By the option's name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
