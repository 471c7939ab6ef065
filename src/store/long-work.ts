/** Lets others in the process have their turn, such as an interrupt. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
