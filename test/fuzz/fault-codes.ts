/** Codes that mean «the program is wrong», not «the input is wrong». */
export const faultCodes = new Set(['internal', 'process-crashed']);
