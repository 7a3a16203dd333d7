import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

/** VitePress's own look with the system's font, dark where the system is dark. */
export default {
  extends: DefaultTheme,
  enhanceApp(): void {
    if (import.meta.env.SSR) return;
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => void document.documentElement.classList.toggle('dark', query.matches);
    query.addEventListener('change', follow);
    follow();
  },
};
