/** Where a literal stands, as the extraction describes it. */
export interface TextPlace {
  scope: string;
  file: string;
  funcName?: string | null | undefined;
  call?: string | undefined;
  element?: string | undefined;
  attribute?: string | undefined;
}

export function isText(text: string, where: TextPlace): boolean;
