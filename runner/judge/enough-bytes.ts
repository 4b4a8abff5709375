/** Fewer bytes could be equal by chance. */
export const ENOUGH_BYTES = 4;
