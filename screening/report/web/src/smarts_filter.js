// Which compounds hold a SMARTS. The molecules are those that the page draws, with the aromaticity that the program perceived.

import {parseSmarts} from './smarts.js';
import {Target} from './substructure.js';

export class SmartsFilter {
  constructor(app) { Object.assign(this, {app, text: '', query: null, mask: null, problem: ''}); }

  get active() { return this.mask !== null; }

  /** Searches all compounds; keeps what held before when the text is no SMARTS, and says why. */
  set(text) {
    this.text = text.trim();
    this.problem = '';
    if (this.text === '') {
      this.query = this.mask = null;
      return;
    }
    try {
      this.query = parseSmarts(this.text);
    } catch (error) {
      this.query = this.mask = null;
      if (!(error instanceof SyntaxError)) throw error;
      this.problem = error.message;
      return;
    }
    const {compounds, drawingOf} = this.app;
    this.mask = new Uint8Array(compounds.size);
    for (let i = 0; i < compounds.size; ++i) {
      const drawing = drawingOf(i);
      if (drawing && new Target(drawing).holds(this.query)) this.mask[i] = 1;
    }
  }

  /** Atoms that it finds in a compound; null when it looks for nothing. */
  matched(index) {
    if (!this.mask?.[index]) return null;
    return new Target(this.app.drawingOf(index)).matched(this.query);
  }
}
