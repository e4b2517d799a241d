// The viewer of molecules as a script of its own, run when the first pose is looked at.

import {createViewer} from '3dmol/build/3Dmol-min.js';

window.digitalisViewer = createViewer;
