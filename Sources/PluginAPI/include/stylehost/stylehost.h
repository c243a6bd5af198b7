typedef int sth_placeholder2;
