const late: string = 'late'; export default late;
