/** What an option is: help, errors, the configuration file and its schema are made from it. */

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  readonly help: string;
  /** Name of the value in the help text: T, DIR. FILE and DIR are paths, N and S are numbers, to a configuration file. */
  readonly value?: string;
  /** Every word that it can take, if they are few. */
  readonly values?: readonly string[];
  /** What holds where nothing is said. */
  readonly default?: string;
  /** A path although `value` is neither FILE nor DIR: in a configuration file, relative to it. */
  readonly isPath?: boolean;
}

/** By the option's name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
