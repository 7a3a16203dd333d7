import './app/tokens.css';
import './app/base.css';
import './ui/popup.css';
import { mount } from 'svelte';
import App from './app/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no #app');
mount(App, { target });
