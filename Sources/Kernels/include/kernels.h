typedef int sth_placeholder;
